/** What a Relay client does with this API: page through a list, refetch a node by its id. */
import { graphql } from 'relay-runtime';

export const comingMeetupsQuery = graphql`
  query comingMeetupsQuery($region: RegionRef, $count: Int!, $cursor: String) {
    ...comingMeetups_list @arguments(region: $region, count: $count, cursor: $cursor)
  }
`;

export const comingMeetupsList = graphql`
  fragment comingMeetups_list on Query
  @refetchable(queryName: "comingMeetupsNextPageQuery")
  @argumentDefinitions(
    region: { type: "RegionRef" }
    count: { type: "Int", defaultValue: 10 }
    cursor: { type: "String" }
  ) {
    meetups(when: UPCOMING, region: $region, first: $count, after: $cursor) @connection(key: "comingMeetups_meetups") {
      complete
      note
      edges {
        node {
          ...comingMeetups_meetup
        }
      }
    }
  }
`;

export const comingMeetup = graphql`
  fragment comingMeetups_meetup on Meetup @refetchable(queryName: "comingMeetupsMeetupQuery") {
    title
    startsAt
    points {
      label
    }
  }
`;
