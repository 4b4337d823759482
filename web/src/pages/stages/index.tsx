import { useTranslation } from 'react-i18next';
import { Page } from '@/widgets/page';

export default function StagesPage() {
  const { t } = useTranslation();
  return <Page title={t('nav.stages')}>{null}</Page>;
}
