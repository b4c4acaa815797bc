/** The version of the component. What a version is built to is a committed file that never changes (`../../embed/`). */
export const version = '1.1.0';
