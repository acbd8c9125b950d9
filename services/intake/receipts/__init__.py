"""What an applicant takes home: the receipt as a PDF, the card as an image for the phone."""
