/** `pix2pix-64x1x32`: the network, its pictures' side, their number in a batch, and features of the first layer. */
export function parseNetwork(text: string) {
  const parts = /^(pix2pix|cyclegan)-(\d+)x(\d+)x(\d+)$/.exec(text);
  if (parts === null) throw new RangeError(`a network is written like pix2pix-64x1x32, got ${text}`);
  const [size, batch, features] = parts.slice(2).map(Number) as [number, number, number];
  return { network: parts[1] as "pix2pix" | "cyclegan", size, batch, features };
}
