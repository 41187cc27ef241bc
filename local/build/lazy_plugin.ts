// Copyright 2026 the Toukon Lambda authors. MIT license.

/** An import of which nothing is used before a function is called. */
export interface DeferrableImport {
  /** What is imported, as it is written. */
  specifier: string;
  /** The names that are used, as the module knows them. */
  names: string[];
  /** The functions that use them, where they have names. */
  users: string[];
}

const FUNCTIONS = [
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
];

/** A use of a name that an import has brought. */
interface Use {
  name: string;
  /** The outermost function around it; undefined at the top of the module. */
  user: Deno.lint.Node | undefined;
}

/**
 * Reports imports that could be made where they are used: a plugin for
 * `deno lint`, since that parses modules. Its messages are
 * {@linkcode DeferrableImport} in JSON.
 */
const plugin: Deno.lint.Plugin = {
  name: "toukon",
  rules: {
    deferrable: {
      create(context) {
        const imports: Deno.lint.ImportDeclaration[] = [];
        const uses: Use[] = [];
        /** What is exported again, by how it is written. */
        const exportedFrom = new Set<string | undefined>();
        return {
          ImportDeclaration(node) {
            if (node.importKind !== "type") imports.push(node);
          },
          ExportAllDeclaration({ source }) {
            exportedFrom.add(source.value);
          },
          ExportNamedDeclaration({ source }) {
            exportedFrom.add(source?.value);
          },
          Identifier(node) {
            if (isUse(node)) uses.push({ name: node.name, user: userOf(node) });
          },
          JSXIdentifier(node) {
            uses.push({ name: node.name, user: userOf(node) });
          },
          "Program:exit"() {
            const all = Map.groupBy(imports, ({ source }) => source.value);
            for (const [specifier, nodes] of all) {
              if (exportedFrom.has(specifier)) continue;
              const found = defer(specifier, nodes, uses);
              if (found === undefined) continue;
              const message = JSON.stringify(found);
              context.report({ node: nodes[0], message });
            }
          },
        };
      },
    },
  },
};

export default plugin;

/** Whether an identifier stands for the value of a variable. */
function isUse(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  switch (parent.type) {
    case "MemberExpression":
      return parent.computed || parent.object === node;
    case "Property":
      return parent.computed || parent.shorthand || parent.value === node;
    case "TSTypeReference":
    case "TSQualifiedName":
    case "TSTypeQuery":
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return false;
    default:
      return true;
  }
}

/** The outermost function that has to be called before a node is evaluated. */
function userOf(node: Deno.lint.Node): Deno.lint.Node | undefined {
  let user: Deno.lint.Node | undefined;
  for (
    let at: Deno.lint.Node | undefined = node;
    at !== undefined && at.type !== "Program";
    at = "parent" in at ? at.parent as Deno.lint.Node : undefined
  ) {
    if (FUNCTIONS.includes(at.type)) user = at;
  }
  // One that is called where it is written runs with the module.
  return user && isCalledAtOnce(user) ? undefined : user;
}

function isCalledAtOnce(user: Deno.lint.Node): boolean {
  const parent = parentOf(user);
  if (parent === undefined) return false;
  if (parent.type === "CallExpression") return true;
  return parent.type === "NewExpression" || isCallOf(parent);
}

/** A member of a function, such as its `call`, that is called. */
function isCallOf(node: Deno.lint.Node): boolean {
  return node.type === "MemberExpression" &&
    parentOf(node)?.type === "CallExpression";
}

function parentOf(node: Deno.lint.Node): Deno.lint.Node | undefined {
  return "parent" in node ? node.parent as Deno.lint.Node : undefined;
}

/** Describes the imports of one module, if they could be made later. */
function defer(
  specifier: string,
  imports: Deno.lint.ImportDeclaration[],
  uses: Use[],
): DeferrableImport | undefined {
  const names = imports.flatMap(namesOf);
  const found = uses.filter(({ name }) => names.includes(name));
  // What brings no names is imported for what it does.
  if (imports.some(({ specifiers }) => specifiers.length === 0)) return;
  if (found.length === 0 || found.some(({ user }) => !user)) return;
  return {
    specifier,
    names: [...new Set(found.map(({ name }) => name))],
    users: [...new Set(found.flatMap(({ user }) => nameOf(user!)))],
  };
}

function namesOf({ specifiers }: Deno.lint.ImportDeclaration): string[] {
  return specifiers
    .filter((it) => it.type !== "ImportSpecifier" || it.importKind !== "type")
    .map(({ local }) => local.name);
}

/** How a function is called in its module. */
function nameOf(node: Deno.lint.Node): string[] {
  if (node.type === "FunctionDeclaration" && node.id) return [node.id.name];
  const parent = parentOf(node);
  if (parent?.type === "VariableDeclarator") {
    return parent.id.type === "Identifier" ? [parent.id.name] : [];
  }
  if (parent?.type === "MethodDefinition" || parent?.type === "Property") {
    return parent.key.type === "Identifier" ? [parent.key.name] : [];
  }
  return [];
}
