/** Runs the check before work and follows its steps. */
import { useCallback, useEffect, useRef, useState } from "react";
import { browserTimers } from "../../phone/browser";
import { IceCache } from "../../phone/ice";
import { runPreshift } from "../../phone/preshift";
import { browserPreshift } from "../../phone/preshift-browser";
import { useServices } from "../shared/services";
import { rememberCheck } from "./preshift";
import {
  atFirst,
  type Figures,
  figuresOf,
  type Result,
  type Step,
  type StepId,
  type StepState,
  withState,
} from "./preshift-state";

interface Check {
  steps: readonly Step[];
  running: boolean;
  result: Result | null;
  /** What was measured, once all is done. */
  figures: Figures;
  start: () => void;
  stop: () => void;
}

const NOTHING: Figures = {};

function usePorts() {
  const { api, microphone, phone } = useServices();
  return useCallback(() => {
    const ice = new IceCache(() => api.iceServers(), browserTimers);
    return browserPreshift({
      api,
      microphone,
      voice: () => import("../../phone/jssip-client").then((module) => module.jsSipClient),
      iceServers: () => ice.get(),
      inCall: () => phone.snapshot().call !== null,
    });
  }, [api, microphone, phone]);
}

export function useCheck(): Check {
  const ports = usePorts();
  const [steps, setSteps] = useState<readonly Step[]>(atFirst);
  const [running, setRunning] = useState(false);
  const [result, setResult] = useState<Result | null>(null);
  const [figures, setFigures] = useState<Figures>(NOTHING);
  const ending = useRef<AbortController | null>(null);
  useEffect(() => () => ending.current?.abort(), []);

  const reset = () => {
    ending.current?.abort();
    ending.current = null;
    setSteps(atFirst());
    setFigures(NOTHING);
    setResult(null);
  };
  const start = () => {
    reset();
    const controller = new AbortController();
    ending.current = controller;
    const { signal } = controller;
    setRunning(true);
    const onStep = (id: StepId, state: StepState) => {
      if (!signal.aborted) setSteps((known) => withState(known, id, state));
    };
    runPreshift(ports(), onStep, signal).then(
      (report) => {
        if (signal.aborted) return;
        setRunning(false);
        setFigures(figuresOf(report.measured));
        setResult(report.result);
        rememberCheck(report.result);
      },
      // Only ever rejected by the abort.
      () => undefined,
    );
  };
  const stop = () => {
    setRunning(false);
    if (!result) reset();
  };
  return { steps, running, result, figures, start, stop };
}
