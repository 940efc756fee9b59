/** Devices for talking and ringing, tried out on the spot. */
import { Button, NativeSelect } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type DeviceChoice,
  type DeviceKind,
  devicesOf,
  prefer,
  preferred,
} from "../../phone/devices";
import { Dialog } from "./dialog";
import { applySpeaker } from "./remote-audio";
import { usePhone, useServices } from "./services";
import classes from "./sound-dialog.module.css";

const KINDS: readonly DeviceKind[] = ["microphone", "speaker", "ringer"];

function useDevices(kind: DeviceKind): DeviceChoice[] {
  const [devices, setDevices] = useState<DeviceChoice[]>([]);
  useEffect(() => {
    let gone = false;
    const look = () =>
      devicesOf(kind).then((found) => {
        if (!gone) setDevices(found);
      });
    void look();
    navigator.mediaDevices.addEventListener("devicechange", look);
    return () => {
      gone = true;
      navigator.mediaDevices.removeEventListener("devicechange", look);
    };
  }, [kind]);
  return devices;
}

/** How loud the microphone is, 0 to 1, while this is shown. */
function useLevel(device: string): number {
  const { microphone, phone } = useServices();
  const [level, setLevel] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another device is another stream
  useEffect(() => {
    let context: AudioContext | null = null;
    let frame = 0;
    let gone = false;
    microphone.open().then(
      (stream) => {
        if (gone) return;
        context = new AudioContext();
        const analyser = new AnalyserNode(context, { fftSize: 1024 });
        context.createMediaStreamSource(stream).connect(analyser);
        const samples = new Float32Array(analyser.fftSize);
        const look = () => {
          analyser.getFloatTimeDomainData(samples);
          const peak = samples.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
          setLevel((old) => Math.max(Math.min(1, peak * 1.6), old * 0.9));
          frame = requestAnimationFrame(look);
        };
        look();
      },
      () => undefined,
    );
    return () => {
      gone = true;
      cancelAnimationFrame(frame);
      void context?.close();
      // A call under way needs the microphone further on.
      if (!phone.snapshot().call) microphone.close();
    };
  }, [microphone, phone, device]);
  return level;
}

function DeviceSelect({ kind, onChosen }: { kind: DeviceKind; onChosen: (id: string) => void }) {
  const { t } = useTranslation();
  const devices = useDevices(kind);
  const [chosen, setChosen] = useState(preferred(kind));
  const known = devices.some((device) => device.id === chosen);
  return (
    <NativeSelect
      label={t(`sound.${kind}`)}
      value={known ? chosen : ""}
      onChange={(event) => {
        const id = event.currentTarget.value;
        prefer(kind, id);
        setChosen(id);
        onChosen(id);
      }}
      data={[
        { value: "", label: t("sound.system") },
        ...devices.map(({ id, label }) => ({ value: id, label })),
      ]}
    />
  );
}

function NotifySetting() {
  const { t } = useTranslation();
  const [permission, setPermission] = useState(
    "Notification" in window ? Notification.permission : "denied",
  );
  const words = { granted: t("sound.notifyOn"), denied: t("sound.notifyDenied") };
  return (
    <div className={classes.notify}>
      <span>{t("sound.notify")}</span>
      {permission === "default" ? (
        <Button
          variant="light"
          size="xs"
          onClick={() => void Notification.requestPermission().then(setPermission)}
        >
          {t("sound.notifyAllow")}
        </Button>
      ) : (
        <small>{words[permission]}</small>
      )}
    </div>
  );
}

export function SoundDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { microphone, ringer } = useServices();
  const { ring } = usePhone();
  const [device, setDevice] = useState(preferred("microphone"));
  const [testing, setTesting] = useState(false);
  const level = useLevel(device);
  const stop = () => {
    setTesting(false);
    if (!ring) ringer.silence();
  };
  const chosen = (kind: DeviceKind, id: string) => {
    if (kind === "speaker") applySpeaker(document.querySelector("[data-testid=remote-audio]"));
    if (kind === "ringer") ringer.applyDevice();
    if (kind === "microphone") void microphone.reopen().then(() => setDevice(id));
  };
  return (
    <Dialog
      title={t("sound.title")}
      onClose={() => {
        stop();
        onClose();
      }}
    >
      <div className={classes.form}>
        {KINDS.map((kind) => (
          <div key={kind}>
            <DeviceSelect kind={kind} onChosen={(id) => chosen(kind, id)} />
            {kind === "microphone" ? (
              <div className={classes.level}>
                <meter value={level} aria-label={t("sound.level")} />
                <small>{t("sound.levelHint")}</small>
              </div>
            ) : null}
          </div>
        ))}
        <Button
          variant="light"
          onClick={() => {
            if (testing) stop();
            else {
              ringer.ring();
              setTesting(true);
            }
          }}
        >
          {testing ? t("sound.stopTest") : t("sound.test")}
        </Button>
        <NotifySetting />
      </div>
    </Dialog>
  );
}
