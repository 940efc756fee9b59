/** A task that was handed to me: confirmed here, then the call can be made. */
import { useQuery } from "@tanstack/react-query";
import { Dialog } from "../shared/dialog";
import { useServices } from "../shared/services";
import { LoadFailed } from "../shared/trouble";
import { HandoverChecklist, handoversQuery } from "./handover-checklist";
import { useWords } from "./words";

export function HandoverDialog({ task, onClose }: { task: string; onClose: () => void }) {
  const w = useWords();
  const { api } = useServices();
  const { data, error, refetch } = useQuery(handoversQuery(api, task));
  const mine = data?.items.find((each) => each.mine && !each.confirmed_at);
  return (
    <Dialog title={mine?.title ?? w("handover.title")} onClose={onClose}>
      {error ? <LoadFailed error={error} retry={() => void refetch()} /> : null}
      {mine ? <HandoverChecklist handover={mine} onDone={onClose} /> : null}
      {data && !mine ? <p>{w("handover.none")}</p> : null}
    </Dialog>
  );
}
