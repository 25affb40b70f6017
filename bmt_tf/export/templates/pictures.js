// The user's pictures: from a file or a camera to pixels of the size that the network is to see.

// Returns the ImageData of a picture, an ImageBitmap or a video, no longer than `longest` pixels on its longer side.
export function pixelsOf(picture, longest) {
  const width = picture.videoWidth ?? picture.width, height = picture.videoHeight ?? picture.height;
  const factor = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * factor));
  canvas.height = Math.max(1, Math.round(height * factor));
  const context = canvas.getContext("2d", {willReadFrequently: true});
  context.fillStyle = "white";  // below what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

// Returns the ImageBitmap of a file, upright, its numbers as they are stored.
export async function openFile(file) {
  try {
    return await createImageBitmap(file, {colorSpaceConversion: "none", imageOrientation: "from-image"});
  } catch {
    throw new Error(
      `“${file.name}” cannot be read as a picture by this browser. JPEG, PNG and WebP can; the file says it is ` +
      `${file.type || "of no known kind"}, and has ${file.size} bytes.`);
  }
}

// Returns a file that lies beside the page, under the name by which the page calls it.
export async function fetchFile(path, name) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`The example ${path} does not come from where this page was opened.`);
  return new File([await answer.blob()], name);
}

// Starts the camera, the one to the back of a phone, in a video element.
export async function startCamera(video) {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new Error(
      "Browsers give a camera only to pages from https:// or from http://localhost. Open this page so, or choose a " +
      "picture instead.");
  }
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({video: {facingMode: "environment"}});
  } catch (error) {
    throw new Error(CAMERA_ERRORS[error.name] ?? `The camera cannot be used: ${error.message || error.name}.`);
  }
  await video.play();
}

export function stopCamera(video) {
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
}

const CAMERA_ERRORS = {
  NotAllowedError:
    "The camera was refused. Allow it beside the page's address, or in the settings of your system, and try again; " +
    "or choose a picture instead.",
  NotFoundError: "There is no camera on this device. Choose a picture instead.",
  NotReadableError: "The camera is in use by another program. Close that, or choose a picture instead.",
};
