import { useTranslation } from 'react-i18next';
import { Page } from '@/widgets/page';

export default function LivePage() {
  const { t } = useTranslation();
  return <Page title={t('nav.live')}>{null}</Page>;
}
