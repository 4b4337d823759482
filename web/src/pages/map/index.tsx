// The journey map: the home of Viaggio.
import { Page } from '@/widgets/page';
import { useTranslation } from 'react-i18next';

export default function MapPage() {
  const { t } = useTranslation();
  return <Page title={t('nav.map')}>{null}</Page>;
}
