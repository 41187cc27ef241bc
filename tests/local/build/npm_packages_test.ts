// Copyright 2026 the Toukon Lambda authors. MIT license.

// npm packages that name what they need only at times, built and invoked. The
// packages come from npm's registry; without it, this is ignored.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { BuildProject } from "../../support/build_project.ts";
import { invokeBundle } from "../../support/built_function.ts";

const IMPORTS = {
  "@nestjs/common": "npm:@nestjs/common@11.1.6",
  "@nestjs/core": "npm:@nestjs/core@11.1.6",
  "@nestjs/platform-express": "npm:@nestjs/platform-express@11.1.6",
  "jwt-decode": "npm:jwt-decode@3.1.2",
  "knex": "npm:knex@3.1.0",
  "lambda-api": "npm:lambda-api@1.2.0",
  "pg": "npm:pg@8.16.3",
  "reflect-metadata": "npm:reflect-metadata@0.2.2",
  "rxjs": "npm:rxjs@7.8.2",
  "sequelize": "npm:sequelize@6.37.7",
};

const HANDLER = `
import "reflect-metadata";
import { Controller, Get, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import decode from "jwt-decode";
import knex from "knex";
import lambdaApi from "lambda-api";
import pg from "pg";
import { DataTypes, Sequelize } from "sequelize";

// Nothing listens on that port.
const DATABASE = "postgres://user:secret@127.0.0.1:1/name";

@Controller()
class Greeter {
  @Get("greeting")
  greet() {
    return { greeting: "from Nest" };
  }
}
@Module({ controllers: [Greeter] })
class App {}

const ACTIONS: Record<string, () => Promise<unknown>> = {
  async knex() {
    const database = knex({ client: "pg", connection: DATABASE });
    const sql = database("notes").where({ id: 1 }).toString();
    return [sql, await reasonOf(database("notes").select("id"))];
  },
  async sequelize() {
    const database = new Sequelize(DATABASE, {
      dialectModule: pg,
      logging: false,
    });
    const Note = database.define("note", { text: DataTypes.STRING });
    return await reasonOf(Note.findAll());
  },
  async lambdaApi() {
    const api = lambdaApi();
    api.get("/greeting", () => ({ greeting: "from lambda-api" }));
    return await api.run({ httpMethod: "GET", path: "/greeting" }, {});
  },
  async nest() {
    const app = await NestFactory.create(App, new ExpressAdapter(), {
      logger: false,
    });
    await app.listen(0, "127.0.0.1");
    const { port } = app.getHttpServer().address();
    const response = await fetch(\`http://127.0.0.1:\${port}/greeting\`);
    const greeting = await response.json();
    await app.close();
    return greeting;
  },
  jwtDecode: () => Promise.resolve(decode("e30.eyJzdWIiOiJhIn0.")),
};

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(() => "none", String);
}

export const handleEvent = ({ action }: { action: string }) => ACTIONS[action]();
`;

const EXPECTED: Record<string, RegExp> = {
  knex:
    /^\["select \* from \\"notes\\" where \\"id\\" = 1","Error: connect ECONNREFUSED/,
  sequelize: /^"SequelizeConnectionRefusedError: connect ECONNREFUSED/,
  lambdaApi: /"body":"\{\\"greeting\\":\\"from lambda-api\\"\}"/,
  nest: /^\{"greeting":"from Nest"\}$/,
  jwtDecode: /^\{"sub":"a"\}$/,
};

async function hasRegistry(): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--no-config", "npm:jwt-decode@3.1.2"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

const IS_REACHABLE = await hasRegistry();

for (const options of [[], ["--minify"]]) {
  Deno.test({
    name: `${
      ["build", "--bundle", ...options].join(" ")
    } makes functions of npm packages that name what is not installed${
      IS_REACHABLE ? "" : ": ignored without npm's registry"
    }`,
    ignore: !IS_REACHABLE,
    fn: async () => {
      using project = new BuildProject({
        handler: HANDLER,
        imports: IMPORTS,
        config: {
          compilerOptions: {
            experimentalDecorators: true,
            emitDecoratorMetadata: true,
          },
          permissions: {
            default: { env: true, net: ["127.0.0.1"], read: true, sys: true },
          },
        },
      });

      const { code, stdout } = await project.build([
        "--bundle",
        "--no-check",
        ...options,
      ]);

      assertEquals(code, 0);
      assertMatch(
        stdout,
        /not found, left to run time.*better-sqlite3.*class-validator.*tedious/,
      );
      for (const [action, reply] of Object.entries(EXPECTED)) {
        const { path, text } = await invokeBundle(project, {
          event: { action },
        });
        assertEquals(path, "invocation/1/response", text);
        assertMatch(text, reply);
      }
    },
  });
}
