import { useTranslation } from 'react-i18next';
import { Page } from '@/widgets/page';

export default function SettingsPage() {
  const { t } = useTranslation();
  return <Page title={t('nav.settings')}>{null}</Page>;
}
