export { discriminatorLogisticLoss, generatorNonSaturatingLoss } from "./non-saturating.js";
