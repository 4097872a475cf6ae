"""What maskrcnn-nano looks for: person, and the things of COCO that match the ten everyday classes."""

NAMES = (
    "person",
    "car",
    "motorcycle",
    "airplane",
    "bus",
    "truck",
    "boat",
    "bird",
    "cat",
    "dog",
    "horse",
    "sheep",
    "cow",
)

# COCO numbers its categories with gaps (1..90); its detectors count them without (1..80), 0 being the background.
COCO_CATEGORY = dict(zip(NAMES, (1, 3, 4, 5, 6, 8, 9, 16, 17, 18, 19, 20, 21), strict=True))
DETECTOR_INDEX = dict(zip(NAMES, (1, 3, 4, 5, 6, 8, 9, 15, 16, 17, 18, 19, 20), strict=True))
DETECTOR_CLASSES = 81

LABEL_OF_CATEGORY = {COCO_CATEGORY[name]: label for label, name in enumerate(NAMES, 1)}
LABEL_OF_DETECTOR_INDEX = {DETECTOR_INDEX[name]: label for label, name in enumerate(NAMES, 1)}
