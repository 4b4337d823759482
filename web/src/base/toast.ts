// A short message at the corner. The library that shows it is fetched with the first one.

interface Toast {
  message: string;
  title?: string;
  color?: string;
}

const waiting: Toast[] = [];
let wake: (() => void) | null = null;

export function toast(message: Toast): void {
  waiting.push(message);
  wake?.();
}

/** For the one place that shows them: called now and at every new message. */
export function onToast(show: (message: Toast) => void, ready: () => boolean, prepare: () => void): void {
  wake = () => {
    if (!ready()) {
      prepare();
      return;
    }
    for (const message of waiting.splice(0)) show(message);
  };
}

export const showWaiting = (): void => wake?.();
