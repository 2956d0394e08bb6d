import { readFileSync } from "node:fs";
import { relative } from "node:path";
import ts from "typescript";

/** An error that a package throws on purpose. */
export interface ErrorMessage {
  /** Its class, such as `ConfigError`. */
  kind: string;
  /** The sentence; what changes stands as `‹imageSize›`. */
  message: string;
  /** The file that throws it. */
  file: string;
}

/** What stands for an expression within a message: its last name. */
function nameExpression(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return `‹${expression.text}›`;
  if (ts.isPropertyAccessExpression(expression)) {
    if (["length", "message"].includes(expression.name.text) === false) return `‹${expression.name.text}›`;
    return expression.name.text === "message" ? "‹reason›" : "‹count›";
  }
  if (ts.isCallExpression(expression) && ts.isPropertyAccessExpression(expression.expression)) {
    return nameExpression(expression.expression.expression); // list.join(", ")
  }
  return "…";
}

/** A text of literals and expressions, or undefined where nothing of it is literal. */
export function readTemplate(node: ts.Expression): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.map(
      ({ expression, literal }) => (readInner(expression) ?? nameExpression(expression)) + literal.text,
    );
    return node.head.text + spans.join("");
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const parts = [node.left, node.right].map((part) => readTemplate(part) ?? nameExpression(part));
    return parts.join("");
  }
  return undefined;
}

/** Of a choice between two texts, both. */
function readInner(node: ts.Expression): string | undefined {
  if (!ts.isConditionalExpression(node)) return readTemplate(node);
  const [one, other] = [readTemplate(node.whenTrue), readTemplate(node.whenFalse)];
  if (one === undefined || other === undefined) return undefined;
  return one === "" || other === "" ? `(${one}${other})` : `${one}/${other}`;
}

/**
 * Every error that a source file makes with a message of its own.
 *
 * @param kinds Names of the error classes: `ConfigError`.
 */
export function findErrors(file: string, text: string, kinds: ReadonlySet<string>): ErrorMessage[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: ErrorMessage[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && kinds.has(node.expression.text)) {
      const [scope, said] = node.arguments ?? [];
      const message = said && readTemplate(said);
      const isSaying = message !== undefined && /[a-z]{3}/i.test(message.replaceAll(/‹[^›]*›/g, ""));
      if (scope !== undefined && isSaying) {
        const about = readTemplate(scope);
        const subject = node.expression.text === "BackendOrtError" && about ? `${about}: ` : "";
        found.push({ kind: node.expression.text, message: subject + message, file });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The classes of errors among source files: those that extend `GanError`, and the backend's own. */
export function findErrorClasses(texts: readonly string[]): Set<string> {
  const kinds = new Set(["GanError", "BackendOrtError"]);
  let size = 0;
  while (size !== kinds.size) {
    size = kinds.size;
    for (const text of texts) {
      for (const [, name, parent] of text.matchAll(/class (\w+) extends (\w+)/g)) {
        if (kinds.has(parent as string)) kinds.add(name as string);
      }
    }
  }
  return kinds;
}

/** Every error of source files, by kind and message. */
export function readErrors(root: string, files: readonly string[]): ErrorMessage[] {
  const texts = files.map((file) => readFileSync(file, "utf8"));
  const kinds = findErrorClasses(texts);
  return files.flatMap((file, index) =>
    findErrors(relative(root, file).replaceAll("\\", "/"), texts[index] as string, kinds),
  );
}

/** Every text in a source file, errors or not: warnings and hints too. */
export function readTexts(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const texts: string[] = [];
  const visit = (node: ts.Node) => {
    const text = ts.isExpression(node) ? readTemplate(node) : undefined;
    if (text !== undefined) texts.push(text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}
