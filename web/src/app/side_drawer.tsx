// The navigation of narrow screens, fetched when it is first opened.
import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export default function SideDrawer({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Drawer opened onClose={onClose} title={t('nav.menu')} size={280} closeButtonProps={{ 'aria-label': t('nav.close') }}>
      {children}
    </Drawer>
  );
}
