// The engine's worker with a way to lose its GPU: the message "lose the GPU" destroys every device it has.
import "../../src/engine/worker.ts";

const devices: GPUDevice[] = [];
const requestDevice = GPUAdapter.prototype.requestDevice;
GPUAdapter.prototype.requestDevice = async function (descriptor) {
  const device = await requestDevice.call(this, descriptor);
  devices.push(device);
  return device;
};
self.addEventListener("message", ({ data }) => {
  if (data === "lose the GPU") for (const device of devices) device.destroy();
});
