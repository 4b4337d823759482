// Shows the messages of base/toast.ts.
import { lazy, Suspense, useEffect, useState } from 'react';
import { onToast, showWaiting } from '@/base/toast';

const load = () => import('@mantine/notifications');
const Corner = lazy(async () => {
  await import('@mantine/notifications/styles.css');
  return { default: (await load()).Notifications };
});

let library: Awaited<ReturnType<typeof load>> | null = null;

export function Toasts() {
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    onToast((message) => library?.notifications.show({ ...message }), () => library !== null, () => setWanted(true));
  }, []);
  useEffect(() => {
    if (!wanted) return;
    void load().then((loaded) => {
      library = loaded;
      showWaiting();
    });
  }, [wanted]);
  return wanted ? <Suspense fallback={null}><Corner position="bottom-right" /></Suspense> : null;
}
