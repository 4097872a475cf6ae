// What the file dialogs offer; what a file really is, the engine finds out from its bytes.

export const acceptedFiles = ["image/*", ".onnx", ".data", ".onnx_data", ".zip"];
