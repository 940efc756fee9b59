import { useServices } from "./services";
import { useStore } from "./use-store";

/** Whether the browser keeps the page mute until it is touched. */
export function useSoundLocked(): boolean {
  return useStore(useServices().ringer);
}
