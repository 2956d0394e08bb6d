import ts from "typescript";

/** A documented thing of a package, and what its comment lacks. */
export interface DocProblem {
  /** File and line, for a click. */
  place: string;
  /** Such as `imageBatches` or `Trainer.step`. */
  name: string;
  problem: string;
}

/**
 * What the comments of a module's exports lack, by the house's rules: everything exported has a comment that is a
 * sentence, members of exported classes and interfaces too; a function that takes or gives tensors tells their shape;
 * one that throws says so; an option that may be left out names its default or what its absence means.
 *
 * @param isOurs Whether a source file's exports are this package's own, not re-exported from another.
 */
export function findDocProblems(
  checker: ts.TypeChecker,
  entry: ts.SourceFile,
  isOurs: (file: string) => boolean,
): DocProblem[] {
  const module = checker.getSymbolAtLocation(entry);
  if (module === undefined) return [];
  const problems = new Map<string, DocProblem>();
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declarations = (symbol.declarations ?? []).filter((one) => isOurs(one.getSourceFile().fileName));
    if (declarations.length === 0) continue;
    // A type and a value of one name may share a comment, and overloads the first's.
    const commented =
      declarations.find((one) => commentOf(one) !== undefined) ?? (declarations[0] as ts.Declaration);
    for (const found of [
      ...checkDeclaration(commented, exported.name),
      ...declarations.flatMap((one) => checkMembers(one, exported.name)),
    ]) {
      problems.set(`${found.place} ${found.problem}`, found);
    }
  }
  return [...problems.values()];
}

function checkDeclaration(declaration: ts.Declaration, name: string): DocProblem[] {
  const report = reporter(declaration, name);
  const comment = commentOf(declaration);
  if (comment === undefined) return [report("has no doc comment")];
  const problems: DocProblem[] = [];
  if (!isSentence(comment.text)) problems.push(report("its comment must be a sentence"));
  const implementation = functionOf(declaration);
  if (implementation === undefined) return problems;
  if (throwsItself(implementation) && !comment.tags.has("throws"))
    problems.push(report("throws, but has no @throws"));
  if (takesTensors(implementation) && !tellsShapes(comment)) {
    problems.push(report("its comment must tell the tensors' shapes, as in [B, H, W, C]"));
  }
  return problems;
}

function checkMembers(declaration: ts.Declaration, name: string): DocProblem[] {
  if (ts.isInterfaceDeclaration(declaration)) {
    return declaration.members.flatMap((member) => checkMember(member, name, isOptions.test(name)));
  }
  if (ts.isClassDeclaration(declaration)) {
    return declaration.members.filter(isPublic).flatMap((member) => checkMember(member, name, false));
  }
  return [];
}

function checkMember(
  member: ts.TypeElement | ts.ClassElement,
  owner: string,
  isOption: boolean,
): DocProblem[] {
  if (member.name === undefined || !ts.isIdentifier(member.name)) return [];
  const report = reporter(member, `${owner}.${member.name.text}`);
  const comment = commentOf(member);
  if (comment === undefined) return isSelfEvident(member) ? [] : [report("has no doc comment")];
  const tellsDefault =
    /default|instead|needed for|needed only|without|absent|left out|otherwise|only|undefined|unless|where|when|if /i;
  const isOptional = isOption && ts.isPropertySignature(member) && member.questionToken !== undefined;
  // Whoever gives no function to call is not called.
  const isHook = isOptional && member.type !== undefined && /=>|^Recorder\b/.test(member.type.getText());
  return isOptional && !isHook && !tellsDefault.test(comment.all)
    ? [report("may be left out, but its comment names no default")]
    : [];
}

/** Interfaces that callers fill in, by their names. */
const isOptions = /(?:Options|Spec|Settings|Request|Flags|Definition|Config)$/;

/** A member whose comment is its base's, or that a reader of its class expects. */
function isSelfEvident(member: ts.TypeElement | ts.ClassElement): boolean {
  const modifiers = ts.canHaveModifiers(member) ? (ts.getModifiers(member) ?? []) : [];
  if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.OverrideKeyword)) return true;
  return ts.isSetAccessorDeclaration(member);
}

const isPublic = (member: ts.ClassElement) =>
  !ts.isConstructorDeclaration(member) &&
  (member.name === undefined || !ts.isPrivateIdentifier(member.name)) &&
  !(ts.canHaveModifiers(member) ? (ts.getModifiers(member) ?? []) : []).some(
    ({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.ProtectedKeyword,
  );

interface Comment {
  /** Before the first tag. */
  text: string;
  all: string;
  tags: ReadonlySet<string>;
}

function commentOf(node: ts.Node): Comment | undefined {
  const holder = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const docs = ts.getJSDocCommentsAndTags(holder).filter(ts.isJSDoc);
  const last = docs.at(-1);
  if (last === undefined) return undefined;
  const all = last.getText();
  // By lines, since an `@scope/name` within one is no tag.
  const lines = all.split("\n").map((line) => line.replace(/^\s*(?:\/\*\*|\*(?!\/))?|\*\/\s*$/g, "").trim());
  const end = lines.findIndex((line) => line.startsWith("@"));
  const text = lines.slice(0, end < 0 ? undefined : end).join("\n");
  return { text, all, tags: new Set((last.tags ?? []).map(({ tagName }) => tagName.text)) };
}

/** Ends as a sentence does, or as an example, a formula, an address or a table. */
const isSentence = (text: string) => /[.:?!)`"|]$/.test(text.trim());

function functionOf(node: ts.Node): ts.FunctionLikeDeclaration | undefined {
  if (ts.isFunctionDeclaration(node)) return node;
  if (!ts.isVariableDeclaration(node) || node.initializer === undefined) return undefined;
  const { initializer } = node;
  return ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer) ? initializer : undefined;
}

/** Whether a function's own body has a `throw` that no `catch` of its own hears. */
function throwsItself({ body }: ts.FunctionLikeDeclaration): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isThrowStatement(node)) found = true;
    ts.forEachChild(node, visit);
  };
  if (body !== undefined) visit(body);
  return found;
}

const takesTensors = ({ parameters, type }: ts.FunctionLikeDeclaration) =>
  [...parameters.map((one) => one.type), type].some(
    (one) => one !== undefined && /^Tensor[1-6]D\b(?!Record)|^Tensor$/.test(one.getText()),
  );

const tellsShapes = ({ all }: Comment) => /\[[^\]]*\]|\bshape|scalar|\{@link/i.test(all);

function reporter(node: ts.Node, name: string): (problem: string) => DocProblem {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return (problem) => ({ place: `${file.fileName}:${line + 1}`, name, problem });
}
