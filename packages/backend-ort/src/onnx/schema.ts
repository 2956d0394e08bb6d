import protobuf from "protobufjs/light.js";

/** IR version of the models written here; the oldest that the opset allows. */
export const IR_VERSION = 9;
/** ONNX operator set of the models written here. */
export const OPSET_VERSION = 20;

const field = (type: string, id: number, rule?: "repeated") => (rule ? { type, id, rule } : { type, id });

/** The messages of onnx.proto3 (field numbers from the ONNX specification) that a training graph needs. */
const root = protobuf.Root.fromJSON({
  nested: {
    Attribute: {
      fields: {
        name: field("string", 1),
        f: field("float", 2),
        i: field("int64", 3),
        s: field("bytes", 4),
        floats: field("float", 7, "repeated"),
        ints: field("int64", 8, "repeated"),
        type: field("int32", 20),
      },
    },
    Node: {
      fields: {
        input: field("string", 1, "repeated"),
        output: field("string", 2, "repeated"),
        name: field("string", 3),
        opType: field("string", 4),
        attribute: field("Attribute", 5, "repeated"),
        domain: field("string", 7),
      },
    },
    Tensor: {
      fields: {
        dims: field("int64", 1, "repeated"),
        dataType: field("int32", 2),
        name: field("string", 8),
        rawData: field("bytes", 9),
      },
    },
    Dimension: { fields: { dimValue: field("int64", 1), dimParam: field("string", 2) } },
    TensorShape: { fields: { dim: field("Dimension", 1, "repeated") } },
    TensorType: { fields: { elemType: field("int32", 1), shape: field("TensorShape", 2) } },
    SequenceType: { fields: { elemType: field("Type", 1) } },
    Type: { fields: { tensorType: field("TensorType", 1), sequenceType: field("SequenceType", 4) } },
    ValueInfo: {
      fields: { name: field("string", 1), type: field("Type", 2), docString: field("string", 3) },
    },
    Graph: {
      fields: {
        node: field("Node", 1, "repeated"),
        name: field("string", 2),
        initializer: field("Tensor", 5, "repeated"),
        input: field("ValueInfo", 11, "repeated"),
        output: field("ValueInfo", 12, "repeated"),
      },
    },
    OperatorSet: { fields: { domain: field("string", 1), version: field("int64", 2) } },
    Property: { fields: { key: field("string", 1), value: field("string", 2) } },
    Model: {
      fields: {
        irVersion: field("int64", 1),
        producerName: field("string", 2),
        docString: field("string", 6),
        graph: field("Graph", 7),
        opsetImport: field("OperatorSet", 8, "repeated"),
        metadataProps: field("Property", 14, "repeated"),
      },
    },
  },
});

export const ModelMessage = root.lookupType("Model");
