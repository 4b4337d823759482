import { useTranslation } from 'react-i18next';
import { Page } from '@/widgets/page';

export default function TransitionsPage() {
  const { t } = useTranslation();
  return <Page title={t('nav.transitions')}>{null}</Page>;
}
