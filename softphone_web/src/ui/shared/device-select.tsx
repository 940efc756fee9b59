/** Which device is used for what; the list follows plugging and unplugging. */
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type DeviceChoice,
  type DeviceKind,
  devicesOf,
  prefer,
  preferred,
} from "../../phone/devices";
import buttons from "./button.module.css";

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

interface DeviceSelectProps {
  kind: DeviceKind;
  onChosen: (device: DeviceChoice) => void;
}

export function DeviceSelect({ kind, onChosen }: DeviceSelectProps) {
  const { t } = useTranslation();
  const id = useId();
  const devices = useDevices(kind);
  const [chosen, setChosen] = useState(preferred(kind));
  const known = devices.some((device) => device.id === chosen);
  return (
    <div className={buttons.field}>
      <label htmlFor={id}>{t(`sound.${kind}`)}</label>
      <select
        id={id}
        data-testid={`device-${kind}`}
        value={known ? chosen : ""}
        onChange={(event) => {
          const { value } = event.currentTarget;
          const device = devices.find((each) => each.id === value) ?? { id: "", label: "" };
          prefer(kind, device.id, device.label);
          setChosen(device.id);
          onChosen(device);
        }}
      >
        <option value="">{t("sound.system")}</option>
        {devices.map((device) => (
          <option key={device.id} value={device.id}>
            {device.label}
          </option>
        ))}
      </select>
    </div>
  );
}
