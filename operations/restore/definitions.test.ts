import { entriesByTable } from "./definitions.ts";

const TAB = "\t";

/** As `pg_restore --list --verbose` prints it. */
const LISTING = `;
;     TOC Entries: 15
;
214; 1259 16385 TABLE public customers postgres
215; 1259 16393 TABLE public orders postgres
216; 1259 16400 TABLE public a b postgres
217; 1259 16405 TABLE public a b c postgres
3215; 2606 16392 CONSTRAINT public customers customers_pkey postgres
;${TAB}depends on: 214
3218; 2606 16399 CONSTRAINT public orders orders_pkey postgres
;${TAB}depends on: 215 215
3216; 1259 34420 INDEX public orders_customer postgres
;${TAB}depends on: 215
3217; 1259 34421 INDEX public orders_search postgres
;${TAB}depends on: 215 230
3219; 1259 34422 INDEX public a_first postgres
;${TAB}depends on: 216
3221; 2606 34416 CHECK CONSTRAINT public orders orders_total postgres
;${TAB}depends on: 215
3222; 0 0 INDEX ATTACH public orders_2026_pkey postgres
;${TAB}depends on: 215
3223; 1259 34424 INDEX public without_dependencies postgres
3220; 2606 34415 FK CONSTRAINT public orders orders_customer_fkey postgres
;${TAB}depends on: 3215 214 215
`;

const idsOf = (name: string): string[] =>
  entriesByTable(LISTING)({ schema: "public", name }).map((line) => line.split(";")[0] ?? "");

describe("what is built as soon as a table's rows are there", () => {
  it("is its indexes and keys, and nothing that needs more than the table", () => {
    expect(idsOf("orders")).toEqual(["3218", "3216"]);
    expect(idsOf("customers")).toEqual(["3215"]);
  });

  it("is nothing for a table that is not in the listing, or whose name reads like another's", () => {
    expect(idsOf("absent")).toEqual([]);
    expect(idsOf("a b")).toEqual([]);
  });
});
