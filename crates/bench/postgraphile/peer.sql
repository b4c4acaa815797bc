-- What PostGraphile shows of the gateway's tables: views alone. Meet-ups are those that everyone may
-- read, all else is as a steward may read the nation. The gateway's own indexes serve them. Instants
-- are kept as seconds since 1970, half-years as twice the year, plus one for the second half.
CREATE SCHEMA IF NOT EXISTS peer;

-- The day by London's clock. A name for an expression: inlined, so that it costs no call.
CREATE OR REPLACE FUNCTION peer.today() RETURNS date LANGUAGE sql STABLE AS $$
    SELECT (now() AT TIME ZONE 'Europe/London')::date
$$;
COMMENT ON FUNCTION peer.today() IS '@behavior -*';

CREATE OR REPLACE VIEW peer.region AS
SELECT name, id, code FROM public.region WHERE state <> 'LEFT';
COMMENT ON VIEW peer.region IS '@primaryKey id';
COMMENT ON COLUMN peer.region.name IS '@notNull';

CREATE OR REPLACE VIEW peer.peer_group AS
SELECT name, id, slug FROM public.peer_group;
COMMENT ON VIEW peer.peer_group IS '@primaryKey id';
COMMENT ON COLUMN peer.peer_group.name IS '@notNull';

-- Of active regions. Cancelled ones stay in the list. What has not ended by an
-- instant is asked for as `endsAfter`, see server.js; it needs the seconds as they are kept.
CREATE OR REPLACE VIEW peer.meetup AS
SELECT m.title, m.id, m.group_id, m.status, to_timestamp(m.starts_at) AS starts_at,
    to_timestamp(m.ends_at) AS ends_at, m.starts_at AS first_second, m.ends_at AS last_second
FROM public.meetup m
JOIN public.region r ON r.id = m.region_id
WHERE m.withdrawn_at IS NULL AND r.state = 'ACTIVE';
COMMENT ON VIEW peer.meetup IS E'@primaryKey id\n@foreignKey (group_id) references peer.peer_group (id)|@fieldName group|@behavior -manyRelation:resource:connection';
COMMENT ON COLUMN peer.meetup.title IS '@notNull';
COMMENT ON COLUMN peer.meetup.first_second IS '@behavior -attribute:select -attribute:filterBy';
COMMENT ON COLUMN peer.meetup.last_second IS '@behavior -attribute:select -attribute:filterBy';

-- Those that stand today. Where two regions claim one, the claim that began first counts, and one
-- on trial comes last. Without accents in their names, lower case is all that folding them takes.
CREATE OR REPLACE VIEW peer.council AS
SELECT c.name, c.id, c.code, lower(c.name) COLLATE "C" AS place, home.region_id
FROM public.council c
LEFT JOIN (
    SELECT DISTINCT ON (m.council_id) m.council_id, g.region_id
    FROM public.membership m
    JOIN public.peer_group g ON g.id = m.group_id
    JOIN public.region r ON r.id = g.region_id
    WHERE m.is_home AND r.state <> 'LEFT'
        AND (m.starts_on IS NULL OR m.starts_on <= peer.today())
        AND (m.ends_on IS NULL OR m.ends_on > peer.today())
    ORDER BY m.council_id, r.state = 'TRIAL', m.starts_on NULLS LAST, g.region_id
) home ON home.council_id = c.id
WHERE (c.starts_on IS NULL OR c.starts_on <= peer.today())
    AND (c.ends_on IS NULL OR c.ends_on > peer.today());
COMMENT ON VIEW peer.council IS E'@primaryKey id\n@foreignKey (region_id) references peer.region (id)|@fieldName region|@behavior -manyRelation:resource:connection';
COMMENT ON COLUMN peer.council.name IS '@notNull';
COMMENT ON COLUMN peer.council.place IS '@behavior -attribute:select -attribute:filterBy';

-- What a council said in the latest half-year that its region closed; none that was closed by a
-- region that left. By council, so that its latest half-year is looked up once: both look-ups are
-- of the index on council and half-year.
CREATE OR REPLACE VIEW peer.answer AS
SELECT p.number AS point_number, f.measure, CASE WHEN f.rating <= 4 THEN f.rating END AS level,
    c.id AS council_id
FROM public.council c
CROSS JOIN LATERAL (
    SELECT l.half_year FROM public.frozen_answer l
    WHERE l.council_id = c.id
        AND l.region_id NOT IN (SELECT id FROM public.region WHERE state = 'LEFT')
    ORDER BY l.half_year DESC
    LIMIT 1
) latest
JOIN public.frozen_answer f ON f.council_id = c.id AND f.half_year = latest.half_year
    AND f.region_id NOT IN (SELECT id FROM public.region WHERE state = 'LEFT')
JOIN public.standard_point p ON p.id = f.point_id;
COMMENT ON VIEW peer.answer IS E'@behavior -query:resource:connection\n@foreignKey (council_id) references peer.council (id)|@foreignSimpleFieldName answers|@behavior -connection +list -single';
COMMENT ON COLUMN peer.answer.point_number IS '@notNull';
COMMENT ON COLUMN peer.answer.measure IS '@notNull';

-- Of all responses: by half-year, point and measure, how many gave a level and the share of those
-- at 3 or more. Responses are read once, and counted by round first: rounds are few.
CREATE OR REPLACE VIEW peer.trend AS
WITH by_round AS (
    SELECT round_id, point_id,
        count(*) FILTER (WHERE understanding <= 4) AS u,
        count(*) FILTER (WHERE understanding IN (3, 4)) AS u_high,
        count(*) FILTER (WHERE support_need <= 4) AS s,
        count(*) FILTER (WHERE support_need IN (3, 4)) AS s_high
    FROM public.response
    GROUP BY round_id, point_id
), by_half_year AS (
    SELECT date_part('year', r.held_on)::integer || CASE WHEN date_part('month', r.held_on) > 6 THEN '-H2' ELSE '-H1' END AS period,
        b.point_id, sum(b.u) AS u, sum(b.u_high) AS u_high, sum(b.s) AS s, sum(b.s_high) AS s_high
    FROM by_round b
    JOIN public.round r ON r.id = b.round_id
    GROUP BY period, b.point_id
)
SELECT h.period, p.number AS point_number, m.measure,
    m.high::double precision / nullif(m.given, 0)::double precision AS share_at_3_or_more,
    m.given::integer AS responded, s.code AS standard
FROM by_half_year h
JOIN public.standard_point p ON p.id = h.point_id
JOIN public.standard s ON s.id = p.standard_id
CROSS JOIN LATERAL (
    VALUES ('UNDERSTANDING', h.u, h.u_high), ('SUPPORT_NEED', h.s, h.s_high)
) AS m (measure, given, high);
COMMENT ON COLUMN peer.trend.period IS '@notNull';
COMMENT ON COLUMN peer.trend.point_number IS '@notNull';
COMMENT ON COLUMN peer.trend.measure IS '@notNull';
COMMENT ON COLUMN peer.trend.responded IS '@notNull';
