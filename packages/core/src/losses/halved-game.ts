import { mul, type Scalar } from "@tensorflow/tfjs-core";
import {
  type AdversarialLoss,
  type AdversarialLossName,
  type AdversarialLossOptions,
  createAdversarialLoss,
} from "./adversarial-loss.js";

/**
 * A game as the papers on translation weigh it: the discriminator's loss is halved, which slows it against
 * the generator, and least squares are whole, (D - 1)² and D², not half as in {@link createAdversarialLoss}.
 * Isola et al. 2017, section 3.3; Zhu et al. 2017, section 4.
 *
 * @throws ConfigError as {@link createAdversarialLoss} does.
 */
export function createHalvedGame(
  name: AdversarialLossName,
  options: AdversarialLossOptions = {},
): AdversarialLoss {
  const game = createAdversarialLoss(name, options);
  const whole = name === "least-squares" ? 2 : 1;
  const weigh = (loss: Scalar, weight: number): Scalar => (weight === 1 ? loss : mul<Scalar>(loss, weight));
  return {
    discriminator(real, fake) {
      const terms = game.discriminator(real, fake);
      return { real: weigh(terms.real, whole / 2), fake: weigh(terms.fake, whole / 2) };
    },
    generator: (fake) => weigh(game.generator(fake), whole),
  };
}
