import { Dialog } from "../shared/dialog";
import { ChangePassword } from "./change-password";
import { useAccountWords } from "./words";

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const w = useAccountWords();
  return (
    <Dialog title={w("change.title")} onClose={onClose}>
      <ChangePassword onDone={onClose} />
    </Dialog>
  );
}
