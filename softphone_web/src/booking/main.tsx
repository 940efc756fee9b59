/** A customer's booking form: a page of its own, without anything of the softphone. */
import "@fontsource-variable/figtree/wght.css";
import "../ui/shared/base.css";
import "../ui/shared/tokens.css";
import { createRoot } from "react-dom/client";
import { BookingPage } from "./booking-page";

/** The colours are told by an attribute, as on the other pages. */
function followScheme(): void {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.mantineColorScheme = dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", apply);
  apply();
}

followScheme();
const root = document.getElementById("root");
if (!root) throw new Error("book.html has no #root");
createRoot(root).render(<BookingPage />);
