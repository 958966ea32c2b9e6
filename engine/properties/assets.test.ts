import { ASSET, SIGNATURE } from "../values.ts";
import { plainAssets } from "./assets.ts";

it("takes the SDK's mark from an asset that is only read, wherever it stands, and makes up no hash", () => {
  const given = { [SIGNATURE]: ASSET, __pulumiAsset: true, text: "t" };
  const recorded = { [SIGNATURE]: ASSET, text: "t" };
  const values = { n: { list: [given, 1] }, plain: null };
  expect(plainAssets(values)).toEqual({ n: { list: [recorded, 1] }, plain: null });
});

it("hands on values without assets as they are", () => {
  const values = { n: { __pulumiAsset: true } };
  expect(plainAssets(values)).toBe(values);
});
