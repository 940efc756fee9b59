import { createTheme } from "@mantine/core";

/**
 * Only what Mantine has to know in JavaScript. The colours themselves are in `tokens.css`:
 * so no style element is made at run time, and a strict content security policy holds.
 */
export const theme = createTheme({
  primaryColor: "teal",
  cursorType: "pointer",
  defaultRadius: "md",
  respectReducedMotion: true,
});
