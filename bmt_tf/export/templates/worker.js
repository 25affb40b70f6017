// Runs the network beside the page, so that the page can be scrolled meanwhile. One request after another.
// A request is {id, entryPoint, pixels (RGBA), height, width} or {id, entryPoint, free: true}.

const RUNTIME = new URL("onnxruntime/", self.location.href).href;
const RUNTIME_FILES = JSON.parse(new URL(self.location.href).searchParams.get("runtime"));
const sessions = new Map();
let ort = null;
let last = Promise.resolve();

self.onmessage = ({data}) => {
  last = last.then(async () => {
    try {
      const {answer, transfer} = data.free ? await free(data.entryPoint) : await predict(data);
      self.postMessage({id: data.id, answer}, transfer);
    } catch (error) {
      self.postMessage({id: data.id, error: String(error.message ?? error)});
    }
  });
};

async function predict({entryPoint, pixels, height, width}) {
  const session = await sessionOf(entryPoint);
  const image = new ort.Tensor("uint8", withoutAlpha(pixels), [1, height, width, 3]);
  const start = performance.now();
  const outputs = await session.run({image});
  const milliseconds = performance.now() - start;
  const predictions = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    predictions[name] = {data: tensor.data.slice(), shape: tensor.dims.slice(1)};
    tensor.dispose();
  }
  image.dispose();
  const answer = {predictions, milliseconds, threads: ort.env.wasm.numThreads};
  return {answer, transfer: Object.values(predictions).map(({data}) => data.buffer)};
}

async function free(entryPoint) {
  await sessions.get(entryPoint)?.release();
  sessions.delete(entryPoint);
  return {answer: null, transfer: []};
}

async function sessionOf(entryPoint) {
  if (!sessions.has(entryPoint)) {
    ort ??= await runtime();
    const network = await content(`onnx/${encodeURIComponent(entryPoint)}.onnx`);
    try {
      sessions.set(entryPoint, await ort.InferenceSession.create(network, {executionProviders: ["wasm"]}));
    } catch (error) {
      await checkRuntime();
      throw new Error(`ONNX Runtime cannot run ${entryPoint}.onnx in this browser: ${error.message}`);
    }
  }
  return sessions.get(entryPoint);
}

async function runtime() {
  try {
    const loaded = await import(`${RUNTIME}${RUNTIME_FILES[0]}`);
    loaded.env.wasm.wasmPaths = RUNTIME;
    return loaded;
  } catch (error) {
    await checkRuntime();
    throw new Error(`ONNX Runtime could not be started in this browser: ${error.message}`);
  }
}

// Names the files of the runtime that do not come; the runtime's own errors do not say which.
async function checkRuntime() {
  for (const name of RUNTIME_FILES) await content(`onnxruntime/${name}`, "HEAD");
}

async function content(path, method = "GET") {
  const answer = await fetch(path, {method}).catch((error) => ({ok: false, statusText: error.message}));
  if (!answer.ok) {
    throw new Error(
      `The file ${path} does not come from where this page was opened (${answer.status ?? ""} ${answer.statusText}). ` +
      "The whole folder that scripts/export.py --demo_page wrote belongs beside index.html.");
  }
  return method === "HEAD" ? null : new Uint8Array(await answer.arrayBuffer());
}

function withoutAlpha(rgba) {
  const rgb = new Uint8Array(rgba.length / 4 * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    rgb[to++] = rgba[from];
    rgb[to++] = rgba[from + 1];
    rgb[to++] = rgba[from + 2];
  }
  return rgb;
}
