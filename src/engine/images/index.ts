// The door of images.
export { imageService } from './service.ts';
