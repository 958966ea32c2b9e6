/** What the rows of Vercel share: ids, the team, and the project that nearly everything belongs to. */
import { randomBytes } from "node:crypto";
import { isMap, type PropertyMap } from "../../engine/values.ts";
import type { Behaviour, Surroundings } from "../type.ts";

/** No real team has this id; ids that the sandbox gives say so as well. */
export const sandboxTeam = "team_sandbox00000000000000000";

export const projectType = "vercel:index/project:Project";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function letters(count: number): string {
  return Array.from(randomBytes(count), (byte) => alphabet[byte % alphabet.length]).join("");
}

/** For example `prj_sandboxA1b2…`: a prefix and 28 characters, as Vercel's ids are. */
export const newId = (prefix: string): string => `${prefix}_sandbox${letters(21)}`;

export const text = (inputs: PropertyMap, property: string): string => {
  const found = inputs[property];
  return typeof found === "string" ? found : "";
};

export const maps = (value: unknown): PropertyMap[] => (Array.isArray(value) ? value.filter(isMap) : []);

export const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((element) => typeof element === "string") : [];

export function teamOf(inputs: PropertyMap, { team }: Pick<Surroundings, "team">): PropertyMap {
  const given = text(inputs, "teamId") || team;
  return given === "" ? {} : { teamId: given };
}

/** A row of Vercel: everything but the team's own settings belongs to a team. */
export function row(behaviour: Behaviour): Behaviour {
  return {
    ...behaviour,
    outputs: (inputs, surroundings, id) => ({
      ...teamOf(inputs, surroundings),
      ...behaviour.outputs?.(inputs, surroundings, id),
    }),
  };
}

/** A row for what belongs to a project: the API refuses it where there is no such project. */
export function projectRow(behaviour: Behaviour): Behaviour {
  return row({
    ...behaviour,
    admit(inputs, surroundings) {
      const project = text(inputs, "projectId");
      if (surroundings.world.get(projectType, project) === undefined)
        return `not_found - project ${project} was not found`;
      return behaviour.admit?.(inputs, surroundings);
    },
  });
}

/** Generated names keep the case of the resource's name, as the bridge's do. */
export const named = (maxLength: number): { autoname: { property: string; maxLength: number } } => ({
  autoname: { property: "name", maxLength },
});
