// Tells how a save went, in one line at the corner.
import { toast } from '@/base/toast';
import { useTranslation } from 'react-i18next';
import { explain } from '@/api/problem';

export function useTell() {
  const { t } = useTranslation();
  return {
    done: (message: string) => toast({ message }),
    failed: (error: unknown) => {
      const { key, detail, field } = explain(error);
      toast({ color: 'orange', title: t('error.title'), message: [key === 'detail' ? detail : t(`error.${key}`), field ? t('error.field', { field }) : ''].filter(Boolean).join(' ') });
    },
  };
}
