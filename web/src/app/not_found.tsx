// An address that leads nowhere, and a page that broke.
import { Button, Center } from '@mantine/core';
import { IconCompass } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty } from '@/widgets/states';
import { Page } from '@/widgets/page';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t('error.page')}>
      <Empty icon={<IconCompass size={28} />} title={t('error.pageBody')} action={<Button component={Link} to="/">{t('error.home')}</Button>} />
    </Page>
  );
}

export function PageError() {
  const { t } = useTranslation();
  return (
    <Center mih="100vh" p="md">
      <Empty icon={<IconCompass size={28} />} title={t('error.title')} action={<Button onClick={() => location.reload()}>{t('action.retry')}</Button>}>
        {t('error.server')}
      </Empty>
    </Center>
  );
}
