/** What we ask of a DiceBear style beyond its defaults. */
export interface AvatarStyle {
  /** Key of the style in `@dicebear/collection`. */
  key: string;
  /** The option whose values are the labels unless another is asked for. */
  label: string;
  /** Colours by option and name, as DiceBear writes them: six hexadecimal digits. */
  colours: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const pastels = { blue: "b6e3f4", violet: "c0aede", lilac: "d1d4f9", pink: "ffd5dc", peach: "ffdfbf" };

const hair = {
  black: "1f1a1c",
  brown: "6a4028",
  blond: "e0b55a",
  red: "c4491f",
  grey: "a9a9a9",
};

const skin = { light: "fbdcc4", tan: "e8b48c", brown: "b9794f", dark: "7a4a2d" };

const house = { navy: "0a5b83", blue: "1c799f", turquoise: "69d2e7", cream: "f1f4dc", orange: "f88c49" };

/** The styles that their artists gave away under CC0 1.0. */
export const avatarStyles = {
  lorelei: {
    key: "lorelei",
    label: "hairColor",
    colours: { backgroundColor: pastels, hairColor: hair, skinColor: skin },
  },
  notionists: { key: "notionists", label: "glasses", colours: { backgroundColor: pastels } },
  thumbs: { key: "thumbs", label: "shapeColor", colours: { backgroundColor: house, shapeColor: house } },
  shapes: { key: "shapes", label: "backgroundColor", colours: { backgroundColor: house } },
} satisfies Record<string, AvatarStyle>;

/** A style that can be asked for. */
export type AvatarStyleName = keyof typeof avatarStyles;
