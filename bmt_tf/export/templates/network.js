// The network as the page sees it: a picture in, predictions and the time they took out.

export class Network {
  #worker;
  #waiting = new Map();
  #count = 0;

  // runtimeFiles: names of the runtime's files, the one to import first.
  constructor(runtimeFiles) {
    const query = new URLSearchParams({runtime: JSON.stringify(runtimeFiles)});
    this.#worker = new Worker(`worker.js?${query}`);
    this.#worker.onmessage = ({data}) => {
      const {resolve, reject} = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.error === undefined) resolve(data.answer);
      else reject(new Error(data.error));
    };
    this.#worker.onerror = (event) => {
      const error = new Error(`The file worker.js cannot be run: ${event.message || "it does not come"}.`);
      for (const {reject} of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
  }

  // Returns {predictions: {task: {data, shape}}, milliseconds, threads}. entryPoint: "serve" for all tasks, or a task's
  // name; picture: an ImageData.
  predict(entryPoint, picture) {
    const {height, width} = picture;
    return this.#ask({entryPoint, pixels: picture.data, height, width});
  }

  // Runs an entry point without counting, so that the browser compiles what it needs: at most so many milliseconds.
  async warmUp(entryPoint, picture, runs, milliseconds) {
    const start = performance.now();
    for (let run = 0; run < runs && performance.now() - start < milliseconds; run++) {
      await this.predict(entryPoint, picture);
    }
  }

  // Returns the median of the milliseconds that some runs of an entry point take.
  async time(entryPoint, picture, runs) {
    const times = [];
    for (let run = 0; run < runs; run++) times.push((await this.predict(entryPoint, picture)).milliseconds);
    return times.sort((a, b) => a - b)[Math.floor(runs / 2)];
  }

  // Gives back the memory of an entry point.
  free(entryPoint) {
    return this.#ask({entryPoint, free: true});
  }

  #ask(request) {
    const id = this.#count++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {resolve, reject});
      this.#worker.postMessage({id, ...request});
    });
  }
}
