/** How the microphone is allowed; the pictures come when they are wanted. */
import { lazy, Suspense } from "react";

const Help = lazy(() =>
  import("./microphone-help").then((module) => ({ default: module.MicrophoneHelpSheet })),
);

export function MicrophoneHelp({ onClose }: { onClose: () => void }) {
  return (
    <Suspense fallback={null}>
      <Help onClose={onClose} />
    </Suspense>
  );
}
