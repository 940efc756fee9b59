/** Our numbers: the list of them, or one at /manage/numbers/<number>. */
import { usePath } from "../shared/router";
import { NumberPage } from "./numbers/number-page";
import { NumbersList } from "./numbers/numbers-list";

export function NumbersPage() {
  const e164 = decodeURIComponent(usePath().split("/")[3] ?? "");
  return e164 ? <NumberPage key={e164} e164={e164} /> : <NumbersList />;
}
