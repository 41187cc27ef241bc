import type { Case } from "../case.ts";
import pg from "pg";
import { DataTypes, Sequelize } from "sequelize";

export const handler = async (event: { connection: string }) => {
  const database = new Sequelize(event.connection, {
    dialectModule: pg,
    logging: false,
  });
  try {
    const Order = database.define("order", {
      id: { type: DataTypes.INTEGER, primaryKey: true },
      name: DataTypes.STRING,
    }, { timestamps: false });
    const order = await Order.findByPk(1);
    return order?.toJSON();
  } finally {
    await database.close();
  }
};

export const test: Case = {
  invoked: "an event whose handler asks a server of PostgreSQL's protocol",
  event: { connection: "postgres://user:secret@{postgres}/shop" },
  answer: { id: 1, name: "闘魂" },
  note: "Give it the driver as `dialectModule`",
};
