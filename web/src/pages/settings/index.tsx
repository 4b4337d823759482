// Settings: one address a section.
import { useTranslation } from 'react-i18next';
import { Navigate, NavLink, useParams } from 'react-router';
import { Page } from '@/widgets/page';
import { General } from './general';
import { Identity } from './identity';
import { Keys } from './keys';
import classes from './settings.module.css';
import { StageModels } from './stage_models';
import { texts } from './texts';
import { Touchpoints } from './touchpoints';

const sections = { generale: General, chiavi: Keys, fasi: StageModels, contatti: Touchpoints, identita: Identity };

export default function SettingsPage() {
  const { t } = useTranslation(texts);
  const { section = 'generale' } = useParams();
  const names = Object.keys(sections) as (keyof typeof sections)[];
  if (!names.includes(section as keyof typeof sections)) return <Navigate to="/impostazioni" replace />;
  const Section = sections[section as keyof typeof sections];
  return (
    <Page title={t('title')} lead={t('lead')} wide={section === 'contatti'}>
      <nav className={classes.tabs} aria-label={t('title')}>
        {names.map((name) => (
          <NavLink key={name} to={name === 'generale' ? '/impostazioni' : `/impostazioni/${name}`} end className={({ isActive }) => (isActive ? `${classes.tab} ${classes.active}` : classes.tab!)}>
            {t(`sections.${name}`)}
          </NavLink>
        ))}
      </nav>
      <Section />
    </Page>
  );
}
