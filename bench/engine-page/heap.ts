// The size of the runtime's memory, which its script does not tell: its memory is noted where it is made.

const memories: WebAssembly.Memory[] = [];

/** To be called before the runtime is loaded. */
export function watchHeap(): void {
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
}

/** Of all runtimes in this worker. It never shrinks: what was released is used again. */
export function heapBytes(): number {
  return memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}
