/** German words of management, what all its pages share. */
export const baseDe = {
  title: "Verwaltung",
  loadFailed: "Konnte nicht geladen werden",
};
