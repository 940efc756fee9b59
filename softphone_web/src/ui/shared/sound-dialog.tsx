/** Devices for talking and ringing, tried out on the spot. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { DEVICE_KINDS, type DeviceChoice, type DeviceKind, preferred } from "../../phone/devices";
import buttons from "./button.module.css";
import { DeviceSelect } from "./device-select";
import { Dialog } from "./dialog";
import { Icon } from "./icons";
import { applySpeaker } from "./remote-audio";
import { usePhone, useServices } from "./services";
import classes from "./sound-dialog.module.css";
import { HeadsetRow, NoiseSwitch, NotifySwitch, PushSwitch } from "./sound-switches";
import { tell } from "./toasts";
import { useLevel } from "./use-level";

function Level({ device }: { device: string }) {
  const { t } = useTranslation();
  const level = useLevel(device);
  return (
    <div className={classes.level}>
      <meter value={level} aria-label={t("sound.level")} />
      <small>{t("sound.levelHint")}</small>
    </div>
  );
}

/** Rings until it is stopped; a real call keeps ringing. */
function useRingTest() {
  const { ringer } = useServices();
  const { ring } = usePhone();
  const [testing, setTesting] = useState(false);
  useEffect(() => {
    if (!testing) return;
    ringer.ring();
    return () => {
      if (!ring) ringer.silence();
    };
  }, [testing, ring, ringer]);
  return { testing: testing && !ring, toggle: () => setTesting(!testing) };
}

function useApply(onMicrophone: (id: string) => void) {
  const { t } = useTranslation();
  const { microphone, ringer } = useServices();
  return (kind: DeviceKind, { id, label }: DeviceChoice) => {
    if (kind === "speaker") applySpeaker(document.querySelector("[data-testid=remote-audio]"));
    if (kind === "ringer") ringer.applyDevice();
    if (kind === "microphone") void microphone.reopen().then(() => onMicrophone(id));
    tell(t("sound.switched", { label: label || t("sound.system") }));
  };
}

export function SoundDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [device, setDevice] = useState(preferred("microphone"));
  const test = useRingTest();
  const apply = useApply(setDevice);
  return (
    <Dialog title={t("sound.title")} onClose={onClose}>
      <div className={classes.form} data-testid="sound-dialog">
        {DEVICE_KINDS.map((kind) => (
          <div key={kind}>
            <DeviceSelect kind={kind} onChosen={(chosen) => apply(kind, chosen)} />
            {kind === "microphone" ? <Level device={device} /> : null}
          </div>
        ))}
        <button
          type="button"
          className={buttons.quiet}
          data-testid="ring-test"
          onClick={test.toggle}
        >
          <Icon name="bell" size={18} />
          {test.testing ? t("sound.stopTest") : t("sound.test")}
        </button>
        <div className={classes.switches}>
          <NoiseSwitch />
          <NotifySwitch />
          <PushSwitch />
          <HeadsetRow />
        </div>
      </div>
    </Dialog>
  );
}
