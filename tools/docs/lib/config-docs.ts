import ts from "typescript";

/** What doc comments say of a configuration's keys, by their path: `model.stabilisers.loss`. */
export type ConfigDocs = ReadonlyMap<string, string>;

/**
 * Reads what the keys of a zod schema mean from the doc comments in its source.
 *
 * @param program Checked sources.
 * @param schema A variable or an expression whose type is a zod schema.
 * @param prefix The path of the section.
 */
export function readSchemaDocs(program: ts.Program, schema: ts.Node, prefix: string): ConfigDocs {
  const checker = program.getTypeChecker();
  const docs = new Map<string, string>();
  const visit = (type: ts.Type, path: string, seen: readonly ts.Type[]) => {
    const plain = checker.getNonNullableType(type);
    if (seen.includes(plain) || !isSection(checker, plain)) return;
    for (const property of plain.getProperties()) {
      const name = `${path}.${property.getName()}`;
      const text = ts.displayPartsToString(property.getDocumentationComment(checker)).trim();
      if (text !== "") docs.set(name, text);
      visit(checker.getTypeOfSymbolAtLocation(property, schema), name, [...seen, plain]);
    }
  };
  const output = readOutputType(checker, schema);
  if (output !== undefined) visit(output, prefix, []);
  return docs;
}

/** The type that a zod schema gives: its `_zod.output`. */
function readOutputType(checker: ts.TypeChecker, schema: ts.Node): ts.Type | undefined {
  return ["_zod", "output"].reduce<ts.Type | undefined>((type, name) => {
    const property = type?.getProperty(name);
    return property && checker.getTypeOfSymbolAtLocation(property, schema);
  }, checker.getTypeAtLocation(schema));
}

/** Whether a type is an object with keys of its own, not a list, a table by number, or a text. */
function isSection(checker: ts.TypeChecker, type: ts.Type): boolean {
  const isObject = (type.flags & ts.TypeFlags.Object) !== 0;
  return isObject && !checker.isArrayLikeType(type) && type.getCallSignatures().length === 0;
}

/** The value of a property of the first object in a file that has it: `modelSchema` of a variant's definition. */
export function findProperty(source: ts.SourceFile, name: string): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node) => {
    if (found !== undefined) return;
    if (ts.isPropertyAssignment(node) && node.name.getText(source) === name) found = node.initializer;
    else if (ts.isShorthandPropertyAssignment(node) && node.name.text === name) found = node.name;
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The name of a variable that is declared in a file. */
export function findVariable(source: ts.SourceFile, name: string): ts.Node {
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name: declared } of statement.declarationList.declarations) {
      if (declared.getText(source) === name) return declared;
    }
  }
  throw new RangeError(`${source.fileName} declares no ${name}`);
}
