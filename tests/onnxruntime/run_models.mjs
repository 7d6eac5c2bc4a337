// run_models.mjs FOLDER: every NAME.onnx of the folder in onnxruntime, on NAME.feed.json (name: {type, dims, data}, null for
// NaN), all rows at once and the first row alone; the outputs go to NAME.out.json.
import fs from "node:fs";
import * as ort from "onnxruntime-web";

ort.env.wasm.numThreads = 1;
const folder = process.argv[2];
const arrays = {
  float64: (data) => Float64Array.from(data, (v) => (v === null ? NaN : v)),
  int64: (data) => BigInt64Array.from(data, BigInt),
  string: (data) => data,
};

function tensors(feed, rows) {
  const some = ({ type, dims, data }) => {
    const count = rows ?? dims[0];
    const values = data.slice(0, (data.length / dims[0]) * count);
    return new ort.Tensor(type, arrays[type](values), [count, ...dims.slice(1)]);
  };
  return Object.fromEntries(Object.entries(feed).map(([name, one]) => [name, some(one)]));
}

const plain = (outputs) =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, t]) => [name, { dims: t.dims, data: Array.from(t.data, (v) => (typeof v === "bigint" ? Number(v) : v)) }]),
  );

for (const file of fs.readdirSync(folder).filter((name) => name.endsWith(".onnx"))) {
  const name = `${folder}/${file.slice(0, -5)}`;
  try {
    const feed = JSON.parse(fs.readFileSync(`${name}.feed.json`, "utf8"));
    const session = await ort.InferenceSession.create(fs.readFileSync(`${name}.onnx`));
    const all = plain(await session.run(tensors(feed))), first = plain(await session.run(tensors(feed, 1)));
    fs.writeFileSync(`${name}.out.json`, JSON.stringify({ all, first }));
    await session.release();
  } catch (error) {
    console.error(`${file}: ${error.message}`);
    process.exitCode = 1;
  }
}
