import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { SourcePosition } from "@pulumi/pulumi/proto/source_pb.js";
import { sourcePositionOf } from "./decode.ts";

function positionOf(uri: string): string | undefined {
  const position = new SourcePosition();
  position.setUri(uri);
  position.setLine(59);
  position.setColumn(18);
  const request = new RegisterResourceRequest();
  request.setSourceposition(position);
  return sourcePositionOf(request, "/home/me/shop");
}

test("a place in the program is told from the project's folder", () => {
  expect(positionOf("file:///home/me/shop/stacks/web.js")).toBe("project:///stacks/web.js#59,18");
  expect(positionOf("file:///home/me/lib/a%20b.js")).toBe("project:///../lib/a b.js#59,18");
});

test("a place in an ES module is told without the folder of this machine and without the run", () => {
  const asSdkTells = "file:///home/me/shop/file:/home/me/shop/stacks/my%2520web.ts%3Frun=2";
  expect(positionOf(asSdkTells)).toBe("project:///stacks/my web.ts#59,18");
});
